/**
 * One run from plan to exit code: translates what zygote and workers say into facts for the engine, and the engine's
 * orders into messages. What should be run where, and what an ending means, is decided in the engine.
 */
package io.tach.actors.run;
