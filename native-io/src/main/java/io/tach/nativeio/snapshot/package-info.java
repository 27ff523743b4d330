/**
 * A process's memory seen from outside, read only: what tests compare a rewound worker with. Nothing here changes a
 * process, and nothing of a run depends on it.
 */
package io.tach.nativeio.snapshot;
