/**
 * Who collects and runs what, and when: facts in, orders out, no clock and no thread. Processes, the wire and verdicts
 * do not belong here.
 */
package io.tach.engine.plan;
