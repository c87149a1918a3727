/** What can be exported: the uploads of a batch, one's failed uploads, the files of an import, all one's uploads. */
export const EXPORT_KINDS = ['batch', 'failed_uploads', 'import', 'my_uploads'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

interface FormatFacts {
  /** Without the dot. */
  readonly extension: string;
  readonly contentType: string;
}

/** The formats of exports, each with what its files are called and said to be. */
export const EXPORT_FORMAT_FACTS = {
  csv: { extension: 'csv', contentType: 'text/csv; charset=utf-8' },
  json: { extension: 'json', contentType: 'application/json; charset=utf-8' },
  ndjson: { extension: 'ndjson', contentType: 'application/x-ndjson; charset=utf-8' },
  'wikitext-gallery': { extension: 'wiki', contentType: 'text/plain; charset=utf-8' },
  quickstatements: { extension: 'txt', contentType: 'text/plain; charset=utf-8' },
} as const satisfies Record<string, FormatFacts>;

export type ExportFormat = keyof typeof EXPORT_FORMAT_FACTS;

const isFormat = (name: string): name is ExportFormat => Object.hasOwn(EXPORT_FORMAT_FACTS, name);

export const EXPORT_FORMATS: readonly ExportFormat[] = Object.keys(EXPORT_FORMAT_FACTS).filter(isFormat);
