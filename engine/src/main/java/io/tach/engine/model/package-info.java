/**
 * What tach knows of tests: plain immutable values shared by planning, events and reporters. No process, wire or clock
 * belongs here.
 */
package io.tach.engine.model;
