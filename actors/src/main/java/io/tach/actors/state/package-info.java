/**
 * What tach keeps in a project from run to run: files below {@code .tach}. What is in them is decided elsewhere, in pure
 * code.
 */
package io.tach.actors.state;
