using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

internal sealed partial class HoconReader
{
    private const string TripleQuote = "\"\"\"";
    private const string EndsUnquoted = "\"{}[],# \t\r\n";
    private const string NotInUnquoted = "$`^?!@*&\\";

    private bool AtEnd => _at >= _text.Length;

    private char Next => AtEnd ? '\0' : _text[_at];

    private bool AtComment => Next == '#' || At("//");

    private bool At(string expected) => !AtEnd && string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    /// <summary>Past a closing mark, which the end of the text may stand for.</summary>
    private void Step() => _at = Math.Min(_at + 1, _text.Length);

    private bool AtInclude()
    {
        if (!At("include"))
            return false;
        var after = _at + "include".Length;
        while (after < _text.Length && _text[after] is ' ' or '\t')
            after++;
        return after < _text.Length && _text[after] == '"';
    }

    private string TakeWhile(Predicate<char> belongs)
    {
        var from = _at;
        while (!AtEnd && belongs(Next))
            _at++;
        return _text[from.._at];
    }

    private void SkipBlank()
    {
        do
            SkipBlankButCommas();
        while (TakeWhile(c => c == ',').Length > 0);
    }

    private void SkipBlankButCommas()
    {
        while (true)
        {
            TakeWhile(char.IsWhiteSpace);
            if (!AtComment)
                return;
            TakeWhile(c => c != '\n');
        }
    }

    private List<string> ReadKey()
    {
        var elements = new List<string>();
        var element = new StringBuilder();
        while (!AtEnd && Next is not ('=' or ':' or '{' or '}' or '\n' or '\r') && !AtComment)
        {
            if (Next == '"')
                element.Append(ReadQuoted());
            else if (Next == '.')
                Take();
            else
                element.Append(_text[_at++]);
        }

        elements.Add(element.ToString().Trim());
        return elements;

        void Take()
        {
            _at++;
            elements.Add(element.ToString().Trim());
            element.Clear();
        }
    }

    private string ReadUnquoted()
    {
        var from = _at;
        while (!AtEnd && !EndsUnquoted.Contains(Next) && !AtComment && !At("${"))
        {
            if (Next is '=' or ':')
                throw new ConfigurationException($"An unquoted value holds the assignment character '{Next}': put an object in braces and a text (an address, say) in double quotes.{Where()}");
            if (NotInUnquoted.Contains(Next))
                throw Unknown();
            _at++;
        }

        return _text[from.._at];
    }

    private string ReadQuoted()
    {
        if (At(TripleQuote))
        {
            var end = _text.IndexOf(TripleQuote, _at + 3, StringComparison.Ordinal);
            var raw = _text[(_at + 3)..(end < 0 ? _text.Length : end)];
            _at = end < 0 ? _text.Length : end + 3;
            return raw;
        }

        var value = new StringBuilder();
        for (_at++; !AtEnd && Next != '"'; _at++)
            value.Append(Next == '\\' ? ReadEscape() : Next);
        Step();
        return value.ToString();
    }

    private char ReadEscape()
    {
        _at++;
        switch (Next)
        {
            case '"' or '\\' or '/': return Next;
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when ushort.TryParse(_text.AsSpan(_at + 1, Math.Min(4, _text.Length - _at - 1)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default: throw Unknown();
        }
    }

    private FormatException Unknown() => new($"Unknown token{Where()}");

    private string Where()
    {
        var at = Math.Min(_at, _text.Length);
        var start = at == 0 ? 0 : _text.LastIndexOf('\n', at - 1) + 1;
        var end = _text.IndexOf('\n', at);
        var line = _text.AsSpan(0, start).Count('\n') + 1;
        return string.Create(CultureInfo.InvariantCulture, $" at line {line}, position {at - start}:\n{_text[start..(end < 0 ? _text.Length : end)]}\n{new string(' ', at - start)}^");
    }
}
