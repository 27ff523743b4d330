/**
 * The zygote process: started or taken over, listened to, started again after a death, and seen off at the end. What its
 * messages mean for the run is decided elsewhere.
 */
package io.tach.actors.zygote;
