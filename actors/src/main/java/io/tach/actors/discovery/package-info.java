/**
 * Static discovery at work: walks the project's directories, reads files side by side, keeps outlines in {@code .tach}.
 * What the outlines mean is the engine's business. No actor lives here.
 */
package io.tach.actors.discovery;
