namespace AkkaWs.Exchanges.Tests;

/// <summary>Nothing that was recorded is left out of the tests.</summary>
public sealed class SharedDataTests
{
    [ConversationsFact]
    public void Every_conversation_is_read_by_the_tests_of_its_exchange()
    {
        string[] files = [.. Directory.GetFiles(SharedData.Conversations!, "*.txt", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(SharedData.Conversations!, file))];

        IEnumerable<object[]> read = [.. (IEnumerable<object[]>)BybitConversationTests.Files, .. (IEnumerable<object[]>)OkxConversationTests.Files];
        Assert.Equal(files.Order(StringComparer.Ordinal), read.Select(row => (string)row[0]).Order(StringComparer.Ordinal));
        Assert.True(files.Length > 50);
    }
}
