// Unicode case folding, which JavaScript does not have: two texts that differ in case only fold to the same text.
// Nothing else is unified here (no compatibility forms, no accents).

/**
 * Full case folding (Unicode core specification 5.18.4), made of the case mappings that the language has: down, up
 * and down again meets all forms of a letter (ẞ, ß and ss; both small sigmas). The dotless i folds to itself only.
 */
export function foldCase(text: string): string {
  return text
    .split('ı')
    .map((piece) => piece.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ'))
    .join('ı');
}
