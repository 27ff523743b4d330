/** Programs that embed tach, as an application would; the manual shows them. Integration tests run them. */
package io.tach.samples;
