using System.Collections.Concurrent;
using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Tests.Primitives;

public sealed class RequestIdTests
{
    [Fact]
    public void Ids_made_in_parallel_are_all_different()
    {
        var ids = new ConcurrentDictionary<RequestId, bool>();

        Parallel.For(0, 100_000, _ => Assert.True(ids.TryAdd(RequestId.New(), true)));

        Assert.Equal(100_000, ids.Count);
    }

    [Fact]
    public void A_new_id_is_a_ULID()
    {
        var id = RequestId.New();

        Assert.Equal(26, id.Value.Length);
        Assert.DoesNotContain(id.Value, c => !"0123456789ABCDEFGHJKMNPQRSTVWXYZ".Contains(c, StringComparison.Ordinal));
    }

    [Fact]
    public void A_text_becomes_an_id_and_back()
    {
        RequestId id = "order-1";

        Assert.Equal("order-1", id.Value);
        Assert.Equal("order-1", id.ToString());
        Assert.Equal(new RequestId("order-1"), id);
        Assert.NotEqual(new RequestId("ORDER-1"), id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void An_id_is_never_empty(string? text) => Assert.ThrowsAny<ArgumentException>(() => new RequestId(text!));

    [Fact]
    public void The_default_is_empty_instead_of_null() => Assert.Equal("", default(RequestId).ToString());

    [Fact]
    public void In_JSON_an_id_is_a_string()
    {
        var json = JsonSerializer.Serialize(new Order("a\"b"));

        Assert.Equal("""{"Id":"a\u0022b"}""", json);
        Assert.Equal(new Order("a\"b"), JsonSerializer.Deserialize<Order>(json));
    }

    [Theory]
    [InlineData("""{"Id":""}""")]
    [InlineData("""{"Id":"  "}""")]
    [InlineData("""{"Id":null}""")]
    [InlineData("""{"Id":7}""")]
    public void JSON_that_is_no_id_is_a_JSON_error(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Order>(json));

    private sealed record Order(RequestId Id);
}
