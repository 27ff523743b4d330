/** The text form of what is remembered between runs. Files and locks belong to the actors' side. */
package io.tach.engine.memory;
