/** A category that has members but no page. */
export interface WantedCategory {
  /** Without namespace, with underscores. */
  title: string;
  subcats: number;
  files: number;
  /** Members that are neither subcategories nor files. */
  pages: number;
  total: number;
}

export interface WantedCategoriesPage {
  items: WantedCategory[];
  /** How many there are with this filter, on all pages. */
  total: number;
}
