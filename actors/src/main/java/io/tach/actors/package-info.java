/**
 * The embedding API: a run as a stream of events with a handle to steer it. Nothing here knows a terminal or parses an
 * argument.
 */
package io.tach.actors;
