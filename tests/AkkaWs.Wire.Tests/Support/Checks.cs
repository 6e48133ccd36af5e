using FsCheck;
using Microsoft.FSharp.Core;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>How properties are checked: with the same cases in each run, and with new ones each night.</summary>
internal static class Checks
{
    private static readonly Replay Same = new(new Rnd(20_261_121, 2_147_483_647), FSharpOption<int>.None);

    public static Config Default { get; } = Nightly.IsOn ? Config.QuickThrowOnFailure : Config.QuickThrowOnFailure.WithReplay(FSharpOption<Replay>.Some(Same));
}
