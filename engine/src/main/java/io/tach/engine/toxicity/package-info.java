/**
 * Which tests leave behind what a rewind of memory does not undo: what the sources let one expect, and what runs have
 * shown. No file is read here, and nothing is run.
 */
package io.tach.engine.toxicity;
