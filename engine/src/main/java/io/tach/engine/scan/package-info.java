/**
 * Reads the outline of a Python file in one pass over its bytes: bytes to logical lines of tokens, lines to statements.
 * It judges nothing: what an outline means for tests is said elsewhere.
 */
package io.tach.engine.scan;
