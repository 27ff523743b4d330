/**
 * The way of run events from the supervisor to the sinks, with backpressure all the way. Nothing here decides what a
 * run does.
 */
package io.tach.actors.stream;
