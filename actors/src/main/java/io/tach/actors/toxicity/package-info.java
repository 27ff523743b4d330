/**
 * Toxicity at work: reads the sources of a project, looks into its interpreter's libraries, keeps what was predicted. What
 * is evidence of what is the engine's business. No actor lives here.
 */
package io.tach.actors.toxicity;
