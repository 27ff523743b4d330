/**
 * Predicts from outlines what pytest will collect: tests, their ids, their marks, the fixtures a file defines. Where that
 * depends on running code it says so instead of guessing. No file is read here.
 */
package io.tach.engine.collect;
