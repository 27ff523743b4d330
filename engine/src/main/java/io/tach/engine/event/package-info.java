/**
 * What happens in a run, as facts in the past tense: all that reporters and embedding services see. Messages between
 * actors do not belong here.
 */
package io.tach.engine.event;
