using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace AkkaWs.PackageTests;

/// <summary>A package with its symbol package beside it.</summary>
internal sealed class Package(string id, string folder, string version)
{
    private readonly ZipArchive _files = ZipFile.OpenRead(Path.Combine(folder, $"{id}.{version}.nupkg"));
    private readonly ZipArchive _symbols = ZipFile.OpenRead(Path.Combine(folder, $"{id}.{version}.snupkg"));

    public byte[] Assembly => Read(_files, $"lib/net10.0/{id}.dll");

    public byte[] Symbols => Read(_symbols, $"lib/net10.0/{id}.pdb");

    public XDocument Documentation => XDocument.Load(new MemoryStream(Read(_files, $"lib/net10.0/{id}.xml")));

    /// <summary>What each package it depends on must be, as the manifest writes it.</summary>
    public IReadOnlyDictionary<string, string> Dependencies =>
        Manifest.Descendants(Manifest.Root!.Name.Namespace + "dependency").ToDictionary(d => d.Attribute("id")!.Value, d => d.Attribute("version")!.Value);

    private XDocument Manifest => XDocument.Load(new MemoryStream(Read(_files, $"{id}.nuspec")));

    public string? Metadata(string name) => Manifest.Descendants(Manifest.Root!.Name.Namespace + name).FirstOrDefault()?.Value;

    public byte[] File(string path) => Read(_files, path);

    public PEReader OpenAssembly() => new(new MemoryStream(Assembly));

    public MetadataReaderProvider OpenSymbols() => MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Symbols));

    private static byte[] Read(ZipArchive archive, string path)
    {
        var entry = archive.GetEntry(path) ?? throw new FileNotFoundException($"No {path} in the package.");
        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
