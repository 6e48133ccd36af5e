using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Testing;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>The fake of AkkaWs.Testing.</summary>
public sealed class FakeClientTests : ClientContract
{
    internal override Task<IStage> OpenStageAsync(string name) => Task.FromResult<IStage>(new Stage(name));

    private static FakeReply Answer(FakeRequest request) => request.Text == "fail" ? FakeReply.ServerError("42", "insufficient margin") : FakeReply.Success(request.Text);

    private sealed class Stage : IStage
    {
        private readonly ManualTime _clock = new();
        private readonly FakeWebSocketClient _client;

        public Stage(string name) => _client = new FakeWebSocketClient(name, clock: _clock) { OnRequest = Answer };

        public IWebSocketClient Client => _client;

        public Task PublishAsync(string topic, string text)
        {
            _client.Publish(topic, text);
            return Task.CompletedTask;
        }

        public Task DropAsync()
        {
            _client.Drop();
            return Task.CompletedTask;
        }

        public Task RecoverAsync()
        {
            _client.Recover();
            return Task.CompletedTask;
        }

        public Task<Rotated> RotateAsync() => Task.FromResult(_client.Rotate());

        public Task ReopenAsync()
        {
            _client.Reopen();
            return Task.CompletedTask;
        }

        public void Refuse(string topic) => _client.Refuse(topic, "no such topic");

        public void Pass(TimeSpan time) => _clock.Advance(time);

        public void AnswerNoRequests() => _client.OnRequest = null;

        public Task UntilRequestedAsync(string payload) => _client.WaitForRequestAsync(request => request.Text == payload && request.Writes > 0);

        public ValueTask DisposeAsync() => _client.DisposeAsync();
    }
}
