using AkkaWs.Messages;
using AkkaWs.Routing;
using AkkaWs.Telemetry;

namespace AkkaWs.Connection;

// Actors without a window are told without a bound: what waits in their mailboxes is looked at as often as stalls are.
internal sealed partial class ConnectionActor
{
    private readonly Mailboxes _mailboxes = new();

    private void LookAtMailboxes()
    {
        foreach (var full in _mailboxes.FindFull(_core.Routes.All))
        {
            var messages = full.Messages ?? 0;
            _log.MailboxFilled(Scope, full.Subscriber, full.Topic, messages);
            Announce(new MailboxFilled(Name, _core.Epoch, full.Subscriber, full.Topic, messages));
        }
    }
}
