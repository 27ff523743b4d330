/**
 * What a run owes and what it has got: the account of results, the exit code, and when to try again. Who runs what is
 * decided in {@code plan}, how a test ended in {@code verdict}.
 */
package io.tach.engine.run;
