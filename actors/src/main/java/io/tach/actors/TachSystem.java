package io.tach.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The actor system of a process that does nothing but run tests: quick to start, few threads, silent. */
public final class TachSystem {
    private TachSystem() {}

    /** Starts the system. The caller terminates it or leaves the JVM. */
    public static ActorSystem<Void> create() {
        return ActorSystem.create(Behaviors.empty(), "tach", config());
    }

    /** The configuration with the block {@code tach.system} on top. */
    public static Config config() {
        Config all = ConfigFactory.load();
        return all.getConfig("tach.system").withFallback(all);
    }
}
