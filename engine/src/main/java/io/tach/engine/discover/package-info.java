/**
 * What a Python file says of itself without being run: its outline, read from its bytes. A prediction only, as pytest
 * decides; no file system and no process belongs here.
 */
package io.tach.engine.discover;
