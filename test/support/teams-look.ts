// How Teams shows cards, in the words of the official renderer: its light theme, as far as it is public.
// Only for pictures and browser tests.

const colors = {
  default: { default: '#242424', subtle: '#616161' },
  accent: { default: '#5B5FC7', subtle: '#7F85F5' },
  good: { default: '#237B4B', subtle: '#237B4B' },
  warning: { default: '#8A6100', subtle: '#8A6100' },
  attention: { default: '#C4314B', subtle: '#C4314B' },
  light: { default: '#FFFFFF', subtle: '#F5F5F5' },
  dark: { default: '#242424', subtle: '#616161' },
};
const style = (backgroundColor: string) => ({ backgroundColor, foregroundColors: colors });

export const TEAMS_HOST_CONFIG = {
  hostCapabilities: { capabilities: {} },
  fontFamily: "'Segoe UI', 'Selawik', 'Noto Sans', sans-serif",
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 200, default: 400, bolder: 600 },
  lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
  spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: '#E1E1E1' },
  supportsInteractivity: true,
  containerStyles: {
    default: style('#FFFFFF'),
    emphasis: style('#F5F5F5'),
    accent: style('#E8EBFA'),
    good: style('#E7F2DA'),
    warning: style('#FBF0D9'),
    attention: style('#FCE8EA'),
  },
  actions: {
    maxActions: 6,
    spacing: 'default',
    buttonSpacing: 8,
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    showCard: { actionMode: 'inline' },
  },
  table: { cellSpacing: 8 },
  factSet: { title: { weight: 'bolder', wrap: true }, value: { wrap: true }, spacing: 16 },
};

/** What the renderer's class names look like in Teams. */
export const TEAMS_STYLE = `
  body { margin: 0; padding: 16px; background: #F5F5F5; font-family: 'Segoe UI', 'Noto Sans', sans-serif; }
  .card { background: #fff; border-radius: 8px; box-shadow: 0 1px 3px rgba(0,0,0,.2); overflow: hidden; }
  .ac-pushButton { border: 1px solid #D1D1D1; border-radius: 4px; background: #fff; color: #242424; padding: 6px 12px;
    font: 600 14px 'Segoe UI', 'Noto Sans', sans-serif; margin: 2px 0; overflow: visible; }
  .ac-pushButton.style-positive, .ac-pushButton.primary { background: #5B5FC7; border-color: #5B5FC7; color: #fff; }
  .ac-pushButton.style-destructive { background: #C4314B; border-color: #C4314B; color: #fff; }
  .ac-actionSet { flex-wrap: wrap; }
  .ac-input { border: 1px solid #D1D1D1; border-radius: 4px; padding: 6px 10px; font: 14px 'Segoe UI', 'Noto Sans', sans-serif;
    width: 100%; box-sizing: border-box; }
  .ac-selectable { cursor: pointer; }
`;
