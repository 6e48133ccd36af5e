namespace Akka.Configuration.Hocon;

/// <summary>
/// Reads the HOCON that Akka.NET reads: it closes at the end of the text what was left open, takes no <c>+=</c>, and wants values that hold
/// <c>:</c>, <c>=</c> or other reserved characters quoted.
/// </summary>
internal sealed partial class HoconReader(string text, Func<string, HoconRoot> include)
{
    private readonly string _text = text ?? throw new ArgumentNullException(nameof(text), "there is no text to read");
    private readonly HoconValue _root = new(new HoconObject());
    private readonly List<SubstitutionPart> _substitutions = [];
    private int _at;

    public HoconRoot Read()
    {
        SkipBlank();
        if (Next == '{')
            _at++;
        ReadFields(_root.ObjectToExtend(), []);
        foreach (var substitution in _substitutions)
            substitution.Resolve();
        return new HoconRoot(_root);
    }

    private void ReadFields(HoconObject target, List<string> path)
    {
        while (true)
        {
            SkipBlank();
            if (AtEnd)
                return;
            if (Next == '}')
            {
                _at++;
                return;
            }

            if (AtInclude())
                ReadInclude(target);
            else
                ReadField(target, path);
        }
    }

    private void ReadField(HoconObject target, List<string> path)
    {
        var key = ReadKey();
        SkipBlank();
        if (Next is '=' or ':')
            _at++;
        else if (Next != '{')
            return;

        List<string> full = [.. path, .. key];
        foreach (var element in key.SkipLast(1))
            target = Field(target, element).ObjectToExtend();
        var value = Field(target, key[^1]);
        SkipBlankButCommas();
        if (Next == '{')
        {
            _at++;
            ReadFields(value.ObjectToExtend(), full);
            value.Parts.AddRange(ReadParts(full, value, isContinuation: true));
        }
        else
        {
            value.Become(ReadParts(full, value, isContinuation: false));
        }
    }

    private static HoconValue Field(HoconObject target, string key)
    {
        if (!target.Items.TryGetValue(key, out var value))
            target.Items[key] = value = new HoconValue();
        return value;
    }

    private List<HoconPart> ReadParts(List<string> path, HoconValue former, bool isContinuation)
    {
        if (AtEnd && !isContinuation)
            throw Unknown();
        var parts = new List<HoconPart>();
        while (true)
        {
            var blank = TakeWhile(c => c is ' ' or '\t');
            if (AtEnd || Next is '\n' or '\r' or ',' or '}' or ']' || AtComment)
                return parts;
            if (blank.Length > 0 && parts.Count > 0)
                parts.Add(new LiteralPart(blank, quoted: false));
            parts.Add(ReadPart(path, former));
        }
    }

    private HoconPart ReadPart(List<string> path, HoconValue former)
    {
        switch (Next)
        {
            case '"':
                return new LiteralPart(ReadQuoted(), quoted: true);
            case '{':
                _at++;
                var nested = new HoconObject();
                ReadFields(nested, path);
                return new ObjectPart(nested);
            case '[':
                return new ArrayPart(ReadArray(path));
            case '$' when At("${"):
                return ReadSubstitution(path, former);
            default:
                return new LiteralPart(ReadUnquoted(), quoted: false);
        }
    }

    private List<HoconValue> ReadArray(List<string> path)
    {
        _at++;
        var items = new List<HoconValue>();
        while (true)
        {
            SkipBlank();
            if (AtEnd)
                return items;
            if (Next == ']')
            {
                _at++;
                return items;
            }

            var item = new HoconValue();
            item.Become(ReadParts(path, null, isContinuation: false));
            if (item.Parts.Count == 0)
                throw Unknown();
            items.Add(item);
        }
    }

    private SubstitutionPart ReadSubstitution(List<string> path, HoconValue former)
    {
        _at += 2;
        var optional = Next == '?';
        if (optional)
            _at++;
        var name = TakeWhile(c => c != '}').Trim();
        Step();
        var substitution = new SubstitutionPart(name, optional, _root);
        if (former is not null && HoconPath.Split(name).SequenceEqual(path))
        {
            var soFar = new HoconValue();
            soFar.Become(former.Parts);
            substitution.ResolveTo(former.Parts.Count == 0 ? null : soFar);
        }

        _substitutions.Add(substitution);
        return substitution;
    }

    private void ReadInclude(HoconObject target)
    {
        _at += "include".Length;
        TakeWhile(char.IsWhiteSpace);
        var name = ReadQuoted();
        if (include is null)
            throw new ConfigurationException($"'include \"{name}\"' needs a callback that answers it: files are not included.");
        foreach (var (key, value) in include(name).Value.GetObject()?.Items ?? [])
            target.Items[key] = target.Items.TryGetValue(key, out var below) ? HoconValue.Over(value, below) : value;
    }
}
