namespace AkkaWs.Tests.Chaos;

public sealed class PairwiseTests
{
    private static readonly int[] Sizes = [5, 4, 3, 2];

    [Fact]
    public void Every_pair_of_values_is_in_a_row()
    {
        var cover = Pairwise.Cover(Sizes, _ => true);

        Assert.Empty(Pairwise.Product(Sizes).SelectMany(Pairwise.PairsOf).Except(cover.SelectMany(Pairwise.PairsOf)));
    }

    [Fact]
    public void It_takes_about_as_many_rows_as_the_two_largest_factors_have_pairs() =>
        Assert.InRange(Pairwise.Cover(Sizes, _ => true).Count, 20, 26);

    [Fact]
    public void What_cannot_be_is_in_no_row_and_every_pair_that_can_be_is()
    {
        static bool IsPossible(int[] row) => row is not [0, 1, ..] and not [_, 2, 2, 0];

        var cover = Pairwise.Cover(Sizes, IsPossible);

        Assert.All(cover, row => Assert.True(IsPossible(row)));
        Assert.Empty(Pairwise.Product(Sizes).Where(IsPossible).SelectMany(Pairwise.PairsOf).Except(cover.SelectMany(Pairwise.PairsOf)));
        Assert.DoesNotContain(new Pairwise.Pair(0, 0, 1, 1), cover.SelectMany(Pairwise.PairsOf));
    }

    [Fact]
    public void The_same_factors_give_the_same_rows() => Assert.Equal(Pairwise.Cover(Sizes, _ => true), Pairwise.Cover(Sizes, _ => true));
}
