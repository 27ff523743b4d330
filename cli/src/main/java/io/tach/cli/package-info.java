/**
 * The tach command: what its own flags mean, where settings come from, what signals do, how it ends. How a test runs does
 * not belong here.
 */
package io.tach.cli;
