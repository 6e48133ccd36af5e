namespace Akka.Configuration;

/// <summary>The engine's defaults.</summary>
internal static class ReferenceConfig
{
    public const string Text = """
        akka {
          loggers = ["Akka.Event.DefaultLogger"]
          logger-startup-timeout = 5s
          loglevel = "INFO"
          stdout-loglevel = "WARNING"
          log-config-on-start = off
          log-dead-letters = 10
          log-dead-letters-during-shutdown = off
          log-dead-letters-suspend-duration = 5 minutes
          actor {
            creation-timeout = 20s
            ask-timeout = infinite
            serialize-messages = off
            serialize-creators = off
            guardian-supervisor-strategy = "Akka.Actor.DefaultSupervisorStrategy"
            default-dispatcher {
              throughput = 30
            }
            default-mailbox {
              mailbox-capacity = 1000
              mailbox-push-timeout-time = 10s
              stash-capacity = -1
            }
            debug {
              receive = off
              autoreceive = off
              lifecycle = off
              fsm = off
              event-stream = off
              unhandled = off
              log-timers = off
            }
          }
          scheduler {
            tick-duration = 10ms
            ticks-per-wheel = 512
            implementation = "Akka.Actor.HashedWheelTimerScheduler"
            shutdown-timeout = 5s
          }
          coordinated-shutdown {
            default-phase-timeout = 5 s
            terminate-actor-system = on
            exit-clr = off
            run-by-clr-shutdown-hook = on
            run-by-actor-system-terminate = on
            phases {
              before-service-unbind {}
              service-unbind { depends-on = [before-service-unbind] }
              service-requests-done { depends-on = [service-unbind] }
              service-stop { depends-on = [service-requests-done] }
              before-cluster-shutdown { depends-on = [service-stop] }
              cluster-sharding-shutdown-region { timeout = 10 s, depends-on = [before-cluster-shutdown] }
              cluster-leave { depends-on = [cluster-sharding-shutdown-region] }
              cluster-exiting { timeout = 10 s, depends-on = [cluster-leave] }
              cluster-exiting-done { depends-on = [cluster-exiting] }
              cluster-shutdown { depends-on = [cluster-exiting-done] }
              before-actor-system-terminate { depends-on = [cluster-shutdown] }
              actor-system-terminate { timeout = 10 s, depends-on = [before-actor-system-terminate] }
            }
          }
        }
        """;
}
