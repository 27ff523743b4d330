/**
 * What a worker leaves in memory for the supervisor to read, also after its death: captured output and the slot page.
 * Nothing here writes into a worker's files but the stop byte and the clearing of a log.
 */
package io.tach.nativeio.log;
