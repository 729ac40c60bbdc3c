// Names of people, places of work and units for a seeded tenant. Data only; invented combinations.

/** `[as shown, as in an address]` where the two differ by more than accents. */
export type Name = string | readonly [shown: string, ascii: string];

// prettier-ignore
export const givenNames: readonly Name[] = [
  'Adele', 'Anna', 'Åsa', 'Aisha', 'Alessandro', 'Amélie', 'Andrzej', 'Anjali', 'Beatriz', 'Benjamin', 'Bjørn', 'Camila',
  'Carlos', 'Chiara', 'Chinedu', 'Christie', 'Daniela', 'Debra', 'Diego', 'Ebony', 'Elif', 'Emeka', 'Emily', 'Enrico',
  'Eszter', 'Fatima', 'Felix', 'Fiona', 'Gabriel', 'Grady', 'Grace', 'Hannah', 'Håkon', 'Hassan', 'Helena', 'Henrietta',
  'Hugo', 'Ibrahim', 'Ingrid', 'Irvin', 'Isabel', 'Isaiah', 'Ivana', 'Jakub', 'James', 'Jelena', 'João', 'Johanna',
  'Joni', 'José', 'Julia', 'Jürgen', 'Katarzyna', 'Kenji', 'Klára', 'Kwame', 'Lars', 'Laura', 'Lee', 'Leila', 'Lidia',
  'Linh', 'Louis', 'Lucía', 'Lynne', 'Magnus', 'Małgorzata', 'Marco', 'Mariana', 'Mateus', 'Mei', 'Miriam', 'Mohamed',
  'Nadia', 'Naomi', 'Nestor', 'Ngozi', 'Nikolaj', 'Noor', 'Olivia', 'Omar', 'Oskar', 'Patti', 'Pradeep', 'Priya', 'Rafael',
  'Renée', 'Ricardo', 'Roísín', 'Rosa', 'Sanjay', 'Sara', 'Šárka', 'Sean', 'Sinéad', 'Sofía', 'Søren', 'Stefan', 'Thandiwe',
  'Thomas', 'Tomás', 'Ulrike', 'Valentina', 'Viktor', 'Wanjiru', 'William', 'Yasmin', 'Yusuf', 'Zeynep', 'Zoë', 'Zuzana',
  ['Дмитрий', 'dmitry'], ['Ольга', 'olga'], ['Ελένη', 'eleni'], ['Γιώργος', 'giorgos'], ['美咲', 'misaki'], ['健太', 'kenta'],
  ['伟', 'wei'], ['秀英', 'xiuying'], ['지민', 'jimin'], ['서준', 'seojun'], ['אורי', 'uri'], ['نور', 'nour'], ['अर्जुन', 'arjun'],
];

// prettier-ignore
export const surnames: readonly Name[] = [
  'Adams', 'Adeyemi', 'Almeida', 'Andersson', 'Bakker', 'Banerjee', 'Bauer', 'Berg', 'Bianchi', 'Björklund', 'Bowen',
  'Brunner', 'Çelik', 'Chan', 'Cline', 'Costa', 'Cruz', 'Da Silva', 'Dąbrowski', 'de Vries', 'Delaunay', 'Demir', 'Diallo',
  'Dubois', 'Eriksen', 'Fernández', 'Fischer', 'Fontaine', 'García', 'Gallagher', 'Gebru', 'Gupta', 'Haddad', 'Hansen', 'Hernández',
  'Horák', 'Horvat', 'Iyer', 'Jansen', 'Jensen', 'Johansen', 'Kariuki', 'Kaur', 'Keller', 'Khan', 'Kowalska', 'Kramer', 'Kumar',
  'Lambert', 'Langer', 'Larsson', 'Lefèvre', 'Lindqvist', 'López', 'Lukić', 'Maier', 'Malik', 'Mbeki', 'McCarthy', 'Mendes',
  'Meyers', 'Mensah', 'Molnár', 'Moreau', 'Moretti', 'Müller', 'Mwangi', 'Nagy', 'Nair', 'Nakamura', 'Nguyen', 'Novák', 'Núñez',
  "O'Brien", 'Okafor', 'Olsen', 'Ortega', 'Osei', 'Özdemir', 'Papadopoulos', 'Park', 'Patel', 'Pereira', 'Petrov', 'Pham', 'Popescu',
  'Quispe', 'Rahman', 'Ramírez', 'Rasmussen', 'Reid', 'Ricci', 'Rossi', 'Ruiz', 'Saito', 'Sánchez', 'Santos', 'Schäfer', 'Schmidt',
  'Sherman', 'Shah', 'Singh', 'Smith', 'Sørensen', 'Stewart', 'Suzuki', 'Svoboda', 'Takahashi', 'Tanaka', 'Tran', 'Turner', 'Vance',
  'van Dijk', 'Vasquez', 'Virtanen', 'Vogel', 'Wagner', 'Walsh', 'Wang', 'Weber', 'Wilson', 'Wójcik', 'Yamamoto', 'Yılmaz', 'Young',
  'Zhang', 'Zieliński', ['Иванова', 'ivanova'], ['Кузнецов', 'kuznetsov'], ['Παππάς', 'pappas'], ['佐藤', 'sato'], ['田中', 'tanaka'],
  ['王', 'wang'], ['김', 'kim'], ['כהן', 'cohen'], ['حداد', 'haddad'], ['शर्मा', 'sharma'],
];

/** Departments with the jobs in them; both also name groups. */
export const departments: readonly { readonly name: string; readonly jobs: readonly string[] }[] = [
  { name: 'Engineering', jobs: ['Software Engineer', 'Senior Engineer', 'Architect', 'Test Engineer'] },
  { name: 'Finance', jobs: ['Accountant', 'Controller', 'Payroll Specialist'] },
  { name: 'Sales', jobs: ['Account Executive', 'Sales Engineer', 'Sales Operations'] },
  { name: 'Marketing', jobs: ['Campaign Lead', 'Designer', 'Content Writer'] },
  { name: 'Human Resources', jobs: ['Recruiter', 'People Partner', 'HR Generalist'] },
  { name: 'Legal', jobs: ['Counsel', 'Paralegal', 'Privacy Officer'] },
  { name: 'Operations', jobs: ['Planner', 'Facilities Lead', 'Dispatcher'] },
  { name: 'Customer Support', jobs: ['Support Engineer', 'Team Lead', 'Escalation Owner'] },
  { name: 'Procurement', jobs: ['Buyer', 'Category Lead'] },
  { name: 'Research', jobs: ['Scientist', 'Research Assistant', 'Lab Lead'] },
  { name: 'Manufacturing', jobs: ['Machinist', 'Line Lead', 'Quality Inspector'] },
  { name: 'IT', jobs: ['System Administrator', 'Service Desk', 'Network Engineer'] },
];

export const offices: readonly {
  readonly name: string;
  readonly country: string;
  readonly language: string;
}[] = [
  { name: 'Seattle', country: 'US', language: 'en-US' },
  { name: 'London', country: 'GB', language: 'en-GB' },
  { name: 'Stockholm', country: 'SE', language: 'sv-SE' },
  { name: 'München', country: 'DE', language: 'de-DE' },
  { name: 'São Paulo', country: 'BR', language: 'pt-BR' },
  { name: 'Tokyo', country: 'JP', language: 'ja-JP' },
  { name: 'Nairobi', country: 'KE', language: 'en-KE' },
  { name: 'Tel Aviv', country: 'IL', language: 'he-IL' },
];

/** Second halves of generated group names: "Finance Budget Review", "Research Alumni". */
export const groupTopics = [
  'Leads',
  'Budget Review',
  'Onboarding',
  'Roadmap',
  'Weekly',
  'Announcements',
  'Vendors',
  'Readers',
  'Owners',
  'Contractors',
  'Project Aurora',
  'Project Basalt',
  'Project Cobalt',
  'Project Delta',
  'Project Ember',
  'Travel',
  'Training',
  'Alumni',
  'On Call',
  'Archive',
  'Reviewers',
  'Interns',
  'Social',
  'Planning',
  'Quality',
  'Incidents',
] as const;

/** Address form of a name: accents removed, apostrophes and blanks gone, lower case. */
export function addressPart(name: Name): string {
  if (typeof name !== 'string') return name[1];
  return name
    .normalize('NFD')
    .replace(/[øØ]/gu, 'o')
    .replace(/[łŁ]/gu, 'l')
    .replace(/ı/gu, 'i')
    .replace(/[^A-Za-z]/gu, '')
    .toLowerCase();
}

export function shownName(name: Name): string {
  return typeof name === 'string' ? name : name[0];
}
