/**
 * What a name means across the modules of a project, as far as their outlines say. It follows imports and plain
 * assignments; nothing is run, and where that is not enough it says so.
 */
package io.tach.engine.symbols;
