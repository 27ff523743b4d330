/**
 * Where a run lives on the machine: its directory, its sockets, the zygote process and the Python files it runs. Nothing
 * here reads or writes a frame.
 */
package io.tach.nativeio.process;
