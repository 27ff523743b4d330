/**
 * What earlier runs tell of the next: durations and failures, how they are written down, merged and looked up. No file
 * and no clock.
 */
package io.tach.engine.history;
