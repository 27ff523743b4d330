/**
 * How a test ended, as pure functions from facts to a {@link io.tach.engine.model.TestResult}. Neither counting nor
 * printing belongs here.
 */
package io.tach.engine.verdict;
