using AkkaWs.Testing;

await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { UpdatesPerSecond = 200 });
Console.WriteLine(exchange.Url);
await Console.In.ReadToEndAsync();
