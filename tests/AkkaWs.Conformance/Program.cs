using AkkaWs.Conformance;

if (args is not ([_, _] or [_, _, "deflate"]) || !Uri.TryCreate(args[0], UriKind.Absolute, out var server))
{
    Console.Error.WriteLine("Usage: AkkaWs.Conformance URL AGENT [deflate]");
    Console.Error.WriteLine("URL is a fuzzing server in the manner of the Autobahn test suite, AGENT the name under which it reports.");
    return 2;
}

return await new Agent(server, args[1], deflate: args.Length == 3, Console.Out).RunAsync() ? 0 : 1;
