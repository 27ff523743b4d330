/**
 * The file in which outlines are kept between runs: bytes to outlines and back. Where the file is, and whether what it says
 * of a file still holds, is decided elsewhere.
 */
package io.tach.engine.discover.cache;
