/**
 * What people who work on tach may switch on to watch it: milestones of the start, transitions of the state machines.
 * Nothing here changes what a run does, and users' output does not come from here.
 */
package io.tach.actors.trace;
