/**
 * Sinks for run events: pytest's look on a terminal, a live bar, NDJSON and JUnit XML. Actors, processes and the
 * decision which sinks a run has beyond {@link io.tach.reporters.ReporterOptions} do not belong here.
 */
package io.tach.reporters;
