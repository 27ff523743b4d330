/**
 * One worker process from lease to reap: its channel, its deadlines and its end. What it should do next is decided
 * elsewhere.
 */
package io.tach.actors.worker;
