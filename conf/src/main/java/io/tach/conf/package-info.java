/** Settings, their sources and their defaults. How a test runs does not belong here. */
package io.tach.conf;
