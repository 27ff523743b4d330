/**
 * What tach remembers of a project between runs: files, locks, who may write when. What stands in the files is the
 * engine's business.
 */
package io.tach.actors.memory;
