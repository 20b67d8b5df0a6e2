### The recording notice (C27). The server reads these words, shows them, and stores their hash with each acceptance:
### change notice-version with every change of a paragraph. A paragraph is one line of text without variables.

notice-version = en-2
notice-paragraph-1 = Under the law that protects personal data where this office is (in Argentina, Ley 25.326; in Spain, Ley Orgánica 3/2018; in Colombia, Ley 1581 de 2012), we inform you that the video call will be recorded. You can find more information on the website of this body, in the section on personal data.
notice-paragraph-2 = The picture and voice of everyone who takes part are recorded, from the moment you accept and are let into the video call until the call ends. The operator’s notes and any remark you write are kept too.
notice-paragraph-3 = The recording serves only to review this visit should that be necessary. Only authorised staff of this body can watch it, they must state why, and each access is logged.
notice-paragraph-4 = You can ask this body for access to your personal data, and to have them corrected or erased.
notice-paragraph-5 = If you agree with what this page describes, press “Accept and join the video call” to begin the conversation.
