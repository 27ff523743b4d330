/**
 * A zygote or worker as its actor sees it: something to send to, and a loop that reads what it says. Nothing here knows
 * what a message means.
 */
package io.tach.actors.peer;
