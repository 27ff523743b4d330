/**
 * The wire between supervisor, zygote and workers as {@code docs/protocol.md} draws it: constants, typed messages, their
 * CBOR form and the framing. Nothing here knows processes, scheduling or what a message is good for.
 */
package io.tach.nativeio.wire;
