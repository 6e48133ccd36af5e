using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Dotted paths; a quoted element may hold dots.</summary>
internal static class HoconPath
{
    public static List<string> Split(string path)
    {
        var elements = new List<string>();
        var element = new StringBuilder();
        var quoted = false;
        foreach (var c in path)
        {
            if (c == '"')
                quoted = !quoted;
            else if (c == '.' && !quoted)
                Next();
            else
                element.Append(c);
        }

        Next();
        return elements;

        void Next()
        {
            elements.Add(element.ToString());
            element.Clear();
        }
    }

    public static HoconValue Find(HoconValue root, List<string> path)
    {
        var value = root;
        foreach (var element in path)
        {
            value = value.GetChildObject(element);
            if (value is null)
                return null;
        }

        return value;
    }
}
