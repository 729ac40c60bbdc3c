// How Teams' light theme draws cards: sizes, spacing, colours, actions.
// Values only; what the renderer cannot be told by values is in cards.css.

const ink = '#242424';
const quiet = '#616161';
const colours = {
  default: { default: ink, subtle: quiet },
  dark: { default: '#11100f', subtle: quiet },
  light: { default: '#ffffff', subtle: '#e0e0e0' },
  accent: { default: '#5b5fc7', subtle: '#7f85f5' },
  good: { default: '#0e700e', subtle: '#359b35' },
  warning: { default: '#835c00', subtle: '#a87b17' },
  attention: { default: '#c4314b', subtle: '#d7657a' },
};
const container = (backgroundColor, borderColor) => ({
  backgroundColor,
  borderColor,
  borderThickness: 1,
  foregroundColors: colours,
});

export const hostConfig = {
  supportsInteractivity: true,
  fontFamily: 'inherit',
  fontTypes: {
    default: { fontFamily: 'inherit' },
    monospace: { fontFamily: "'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace" },
  },
  fontSizes: { small: 12, default: 14, medium: 16, large: 20, extraLarge: 24 },
  fontWeights: { lighter: 400, default: 400, bolder: 600 },
  lineHeights: { small: 16, default: 20, medium: 22, large: 28, extraLarge: 32 },
  spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: '#e0e0e0' },
  imageSizes: { small: 32, medium: 52, large: 100 },
  imageSet: { imageSize: 'medium', maxImageHeight: 100 },
  containerStyles: {
    default: container('#ffffff', '#e0e0e0'),
    emphasis: container('#f5f5f5', '#e0e0e0'),
    accent: container('#e8ebfa', '#c5cbfa'),
    good: container('#e7f2da', '#bdda9b'),
    attention: container('#fcf4f6', '#f3d6d8'),
    warning: container('#fbf6d9', '#f2e384'),
  },
  actions: {
    maxActions: 6,
    spacing: 'medium',
    buttonSpacing: 8,
    preExpandSingleShowCardAction: false,
    showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    iconPlacement: 'leftOfTitle',
    iconSize: 16,
    allowTitleToWrap: true,
  },
  adaptiveCard: { allowCustomStyle: true },
  factSet: {
    title: {
      color: 'default',
      size: 'default',
      isSubtle: false,
      weight: 'bolder',
      wrap: true,
      maxWidth: 160,
    },
    value: { color: 'default', size: 'default', isSubtle: false, weight: 'default', wrap: true },
    spacing: 16,
  },
  table: { cellSpacing: 8 },
  textBlock: { headingLevel: 2 },
  textStyles: {
    heading: { size: 'large', weight: 'bolder' },
    columnHeader: { weight: 'bolder', size: 'default', color: 'default', isSubtle: false },
  },
  inputs: {
    label: {
      inputSpacing: 'small',
      requiredInputs: {
        weight: 'default',
        color: 'default',
        size: 'default',
        suffix: ' *',
        suffixColor: 'attention',
      },
      optionalInputs: { weight: 'default', color: 'default', size: 'default' },
    },
    errorMessage: { size: 'small', color: 'attention', spacing: 'small', weight: 'default' },
    allowDynamicallyFilteredChoiceSet: true,
    debounceTimeInMilliSeconds: 250,
  },
};
