using System.Globalization;
using System.Text;
using System.Text.Json;
using AkkaWs.Wire;

namespace AkkaWs.Conformance;

/// <summary>
/// A client under test of a fuzzing server in the manner of the Autobahn test suite: asks how many cases there are, echoes the messages of
/// each, asks for each verdict and has the report written.
/// </summary>
public sealed class Agent(Uri server, string name, bool deflate, TextWriter output)
{
    private static readonly TimeSpan CaseLimit = TimeSpan.FromMinutes(2);

    private readonly WireOptions _plain = new() { MaxMessageSize = 32 * 1024 * 1024, MaxFrameSize = 32 * 1024 * 1024, Proxy = WireProxy.None };

    /// <summary>Runs every case; true when each was OK, informational, or about compression while that is off.</summary>
    public async Task<bool> RunAsync()
    {
        var count = int.Parse(await AskAsync("getCaseCount"), CultureInfo.InvariantCulture);
        var tally = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var passed = true;
        for (var number = 1; number <= count; number++)
        {
            await RunCaseAsync(number);
            var verdict = Field(await AskAsync($"getCaseStatus?case={number}&agent={Uri.EscapeDataString(name)}"), "behavior");
            tally[verdict] = tally.GetValueOrDefault(verdict) + 1;
            if (IsGood(verdict))
                continue;
            passed = false;
            var id = Field(await AskAsync($"getCaseInfo?case={number}"), "id");
            await output.WriteLineAsync($"case {number} ({id}): {verdict}");
        }

        await FinishAsync();
        await output.WriteLineAsync($"{count} cases: {string.Join(", ", tally.Select(entry => $"{entry.Value} {entry.Key}"))}");
        return passed;
    }

    private bool IsGood(string verdict) => verdict is "OK" or "INFORMATIONAL" || (verdict == "UNIMPLEMENTED" && !deflate);

    private async Task RunCaseAsync(int number)
    {
        var options = deflate ? _plain with { Deflate = new WireDeflateOptions { MinimumSize = 0 } } : _plain;
        await using var connection = await OpenAsync($"runCase?case={number}&agent={Uri.EscapeDataString(name)}", options);
        // A case that hangs is a verdict of the server's; the run goes on.
        using var limit = new CancellationTokenSource(CaseLimit);
        await using var registration = limit.Token.Register(connection.Abort);
        try
        {
            while (await connection.ReadBatchAsync() is { } batch)
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    if (batch[i].Opcode is WireOpcode.Text or WireOpcode.Binary)
                        await connection.SendAsync(batch[i].Opcode, batch[i].Payload);
                }

                batch.Release();
            }
        }
        catch (WireException)
        {
            // Many cases end in a violation: how it was answered is for the server to judge.
        }
    }

    private async Task FinishAsync()
    {
        await using var connection = await OpenAsync($"updateReports?agent={Uri.EscapeDataString(name)}", _plain);
        try
        {
            while (await connection.ReadBatchAsync() is { } batch)
                batch.Release();
        }
        catch (WireClosedException)
        {
            // Some servers end this connection without a close frame; the report is written all the same.
        }
    }

    private async Task<string> AskAsync(string path)
    {
        await using var connection = await OpenAsync(path, _plain);
        var batch = await connection.ReadBatchAsync() ?? throw new InvalidOperationException($"The server closed {path} without an answer.");
        var answer = Encoding.UTF8.GetString(batch[0].Span);
        batch.Release();
        await connection.CloseAsync();
        return answer;
    }

    private Task<WireConnection> OpenAsync(string path, WireOptions options) => WireConnection.ConnectAsync(new Uri(server, path), options);

    private static string Field(string json, string field)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(field).GetString() ?? "";
    }
}
